output "trace_ids" {
  description = "IDs of the traces, by the name of the session."
  value       = { for name, trace in module.traces : name => trace.trace_id }
}

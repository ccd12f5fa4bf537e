output "trace_id" {
  description = "ID of the trace."
  value       = zdx_deeptrace.this.trace_id
}

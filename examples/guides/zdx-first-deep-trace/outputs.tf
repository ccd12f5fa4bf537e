output "trace_id" {
  description = "ID of the trace, for the ZDX Admin Portal and for imports."
  value       = zdx_deeptrace.first.trace_id
}

output "expected_time" {
  description = "What the service expects the trace to take."
  value       = zdx_deeptrace.first.expected_time
}

output "device_id" {
  description = "ID of the device."
  value       = zdx_deeptrace.this.device_id
}

output "trace_id" {
  description = "ID of the trace, for the data sources zdx_deeptrace_*."
  value       = zdx_deeptrace.this.trace_id
}

output "status" {
  description = "How the trace stands."
  value       = zdx_deeptrace.this.status
}

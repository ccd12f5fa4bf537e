output "trace_ids" {
  description = "IDs of the traces, by tenant."
  value = {
    here  = module.here.trace_id
    there = module.there.trace_id
  }
}

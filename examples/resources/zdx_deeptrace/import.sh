# <device_id>/<trace_id>. The provider comes from the resource block: provider = pomerium.
terraform import zdx_deeptrace.slow_laptop 30989301/342941739947287

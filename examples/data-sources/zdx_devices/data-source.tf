data "zdx_department" "sales" {
  provider = pomerium

  name = "Sales"
}

# The laptops of a department that ZDX has seen within a day.
data "zdx_devices" "sales_laptops" {
  provider = pomerium

  department_ids = [data.zdx_department.sales.id]
  name_contains  = "laptop"
  from           = "24h"
}

# IDs by name, for a for_each over the devices.
output "sales_laptops" {
  value = { for device in data.zdx_devices.sales_laptops.devices : device.name => device.id }
}

data "zdx_departments" "all" {
  provider = pomerium
}

# ID 0 stands for users without a department.
output "departments" {
  description = "IDs of the departments, by name."
  value       = { for department in data.zdx_departments.all.departments : department.name => department.id if department.id != "0" }
}

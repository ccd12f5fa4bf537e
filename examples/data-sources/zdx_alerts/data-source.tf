# Alerts that go on.
data "zdx_alerts" "ongoing" {
  provider = pomerium
}

# Alerts that ended within the last week, for one department.
data "zdx_department" "sales" {
  provider = pomerium

  name = "Sales"
}

data "zdx_alerts" "last_week" {
  provider = pomerium

  state          = "historical"
  from           = "168h"
  department_ids = [data.zdx_department.sales.id]
}

output "ongoing" {
  description = "Names of the rules that fired, by the ID of the alert."
  value       = { for alert in data.zdx_alerts.ongoing.alerts : alert.id => alert.rule_name }
}

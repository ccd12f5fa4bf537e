# The provider comes from the resource block: provider = pomerium.
terraform import zdx_analysis.teams 900719925484099

package provider

import "github.com/hashicorp/terraform-plugin-framework/datasource"

// zeroReports are the data sources of what Pomerium Zero tells and nobody sets.
var zeroReports = []func() datasource.DataSource{}

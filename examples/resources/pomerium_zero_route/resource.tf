data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"

  ppl = yamlencode({
    allow = {
      and = [{ domain = { is = "example.com" } }]
    }
  })
}

# A web application.
resource "pomerium_zero_route" "wiki" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "wiki"
  description  = "What the company knows."
  logo_url     = "https://static.example.com/wiki.svg"

  from       = "https://wiki.example.com"
  to         = ["http://wiki.internal:8080"]
  policy_ids = [pomerium_zero_policy.staff.id]

  pass_identity_headers = true
  show_error_details    = true
}

# Two versions behind one path: nine of ten requests go to the first. Weights stand on all upstreams or on none.
resource "pomerium_zero_route" "shop_api" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "shop API"

  from                     = "https://shop.example.com"
  prefix                   = "/api/"
  prefix_rewrite           = "/"
  to                       = ["https://shop-v1.internal:8443,9", "https://shop-v2.internal:8443,1"]
  load_balancing_policy    = "least_request"
  tls_upstream_server_name = "shop.internal"
  policy_ids               = [pomerium_zero_policy.staff.id]
}

# Connections that stay open for long.
resource "pomerium_zero_route" "chat" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "chat"

  from             = "https://chat.example.com"
  to               = ["http://chat.internal:3000"]
  allow_websockets = true
  timeout          = "0s" # no limit to a response
  idle_timeout     = "1h"
  policy_ids       = [pomerium_zero_policy.staff.id]
}

# An upstream that wants to know who calls. ${pomerium.jwt} is for Pomerium to fill in, hence the second $.
resource "pomerium_zero_route" "reports" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "reports"

  from = "https://reports.example.com"
  to   = ["http://reports.internal:8080"]

  set_request_headers = {
    "Authorization" = "Bearer $${pomerium.jwt}"
    "X-Request-Via" = "pomerium"
  }
  remove_request_headers = ["Cookie"]
  set_response_headers = {
    "Strict-Transport-Security" = "max-age=31536000; includeSubDomains"
  }

  policy_ids = [pomerium_zero_policy.staff.id]
}

# A database. Users reach it with `pomerium-cli tcp db.example.com:5432`.
resource "pomerium_zero_route" "database" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "database"

  from       = "tcp+https://db.example.com:5432"
  to         = ["tcp://db.internal:5432"]
  policy_ids = [pomerium_zero_policy.staff.id]
}

# Nothing but a redirect from the old address.
resource "pomerium_zero_route" "old_wiki" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "old wiki"

  from = "https://intranet.example.com"
  redirect = {
    host_redirect = "wiki.example.com"
    response_code = 308
  }
}

# A page that Pomerium answers by itself.
resource "pomerium_zero_route" "maintenance" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "maintenance"

  from = "https://billing.example.com"
  response = {
    status = 503
    body   = "Back at noon."
  }
}

# Upstreams that are checked, and that are not called any more when they fail.
resource "pomerium_zero_route" "search" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "search"

  from       = "https://search.example.com"
  to         = ["http://search-1.internal:9200", "http://search-2.internal:9200"]
  policy_ids = [pomerium_zero_policy.staff.id]

  health_check = {
    type                = "http"
    path                = "/healthz"
    interval            = "10s"
    timeout             = "2s"
    healthy_threshold   = 1
    unhealthy_threshold = 3
  }
  circuit_breaker_thresholds = {
    max_connections = 200
  }
}

# An MCP server. With Terraform or OpenTofu 1.11 and later, client_secret_wo keeps the secret out of the state.
resource "pomerium_zero_route" "tools" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "tools"

  from       = "https://tools.example.com"
  to         = ["http://tools.internal:8000"]
  policy_ids = [pomerium_zero_policy.staff.id]

  mcp = {
    server = {
      path = "/mcp"
    }
  }
}

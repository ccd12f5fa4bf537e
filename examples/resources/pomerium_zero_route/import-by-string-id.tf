import {
  to = pomerium_zero_route.wiki
  id = "2j7HzLe2lBgkAP3GQy5Nv8xU0aM"
}

import {
  to = pomerium_zero_api_user.backup
  id = "21f8rESQedUStPKR0CsTy4Qwb8D"
}

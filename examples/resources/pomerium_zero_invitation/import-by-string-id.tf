import {
  to = pomerium_zero_invitation.auditor
  id = "27DxtpYlSXpfKtHF4vUCsMehGAk"
}

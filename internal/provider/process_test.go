package provider

import (
	"testing"
)

// Whoever asks for a log of any kind gets all that the variable stands for; nobody else pays for it.
func TestSilenced(t *testing.T) {
	t.Parallel()
	for entry, silent := range map[string]bool{
		"PATH=/bin": true, "TF_LOG=": true, "TF_LOG_CORE=TRACE": true, "TF_LOG_PATH=/tmp/log": true,
		"TF_LOG=INFO": false, "TF_LOG_PROVIDER=DEBUG": false, "TF_LOG_PROVIDER_POMERIUM=DEBUG": false, "TF_LOG_SDK_PROTO=TRACE": false,
	} {
		if got := len(silenced([]string{"HOME=/", entry})) > 0; got != silent {
			t.Errorf("with %s logs are silenced: %t", entry, got)
		}
	}
}

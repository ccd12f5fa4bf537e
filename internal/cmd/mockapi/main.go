// Command mockapi serves Pomerium Zero and ZDX from memory, so that HCL can be
// tried without an account and without a network:
//
//	go run ./internal/cmd/mockapi [-listen 127.0.0.1:8181] [-speed 1]
//
// It prints the lab's credentials, a provider block and the same as environment
// variables, and serves until it is interrupted. State and credentials live as
// long as the process; both are new at each start. With -speed 60 the mock's
// clock runs a minute for each second: a deep trace of five minutes is over in
// five seconds, and tokens and rate windows end as much sooner.
//
// The services are below /api/v0 (Pomerium Zero), /v1 (ZDX with an API key),
// /zdx/v1 (ZDX with OneAPI) and /oauth2/v1/token (OneAPI's token server). The
// mock's other side is below /_mock, all of it JSON:
//
//	GET    /_mock/lab                  credentials and identifiers
//	GET    /_mock/journal              every request and answer
//	DELETE /_mock/journal              forget them
//	POST   /_mock/faults               {"method":"POST","template":"/organizations/{organizationId}/routes","status":503,"times":2}
//	DELETE /_mock/faults               remove all faults
//	GET    /_mock/clock                the mock's time
//	POST   /_mock/clock                {"advance":"1h"} or {"speed":60}
//	GET    /_mock/switches             what nobody knows about the services
//	PATCH  /_mock/switches             {"UnsetAs":"empty","TokenLifetime":"5m"}
//	GET    /_mock/objects/{kind}       organizations, namespaces, clusters, settings, serviceAccounts, routes, policies, keyPairs,
//	                                   customDomains, invitations, changesets, activityLogs, devices, users, apps, alerts, …
//	GET    /_mock/objects/{kind}/{id}  one of them
//	POST   /_mock/objects/{kind}       make one as if from the console
//	PUT    /_mock/objects/{kind}/{id}  replace its members as if from the console
//	DELETE /_mock/objects/{kind}/{id}  remove it as if from the console
//	GET    /_mock/violations           answers that broke the contract: bugs of the mock
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8181", "address to serve on")
	speed := flag.Float64("speed", 1, "how many times faster than the real one the mock's clock runs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *listen, *speed, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mockapi:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, listen string, speed float64, out io.Writer) error {
	if !(speed > 0) || math.IsInf(speed, 0) {
		return fmt.Errorf("-speed %v: the clock can't run so", speed)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	mock := apimock.New(apimock.Switches{})
	mock.SetSpeed(speed)
	mux := http.NewServeMux()
	mux.Handle("/_mock/", mock.Control())
	mux.Handle("/", mock)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	if _, err := io.WriteString(out, introduction("http://"+listener.Addr().String(), mock)); err != nil {
		return errors.Join(err, listener.Close())
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}

// introduction is all that a user needs to point a configuration at the mock.
func introduction(address string, mock *apimock.Server) string {
	return fmt.Sprintf(`Serving Pomerium Zero and ZDX at %[1]s until interrupted.

provider "pomerium" {
  pomerium_zero = {
    api_user_token = %[2]q
    url            = "%[1]s/api/v0"
  }
  zdx = {
    key_id     = %[3]q
    key_secret = %[4]q
    url        = "%[1]s/v1"
  }
}

or

export POMERIUM_ZERO_API_USER_TOKEN=%[2]s
export POMERIUM_ZERO_URL=%[1]s/api/v0
export ZDX_API_KEY_ID=%[3]s
export ZDX_API_SECRET=%[4]s
export ZDX_URL=%[1]s/v1

ZDX through OneAPI instead of a key:

export ZSCALER_CLIENT_ID=%[5]s
export ZSCALER_CLIENT_SECRET=%[6]s
export ZSCALER_VANITY_DOMAIN=%[7]s
export ZSCALER_TOKEN_URL=%[1]s/oauth2/v1/token
export ZDX_URL=%[1]s/zdx/v1

organization %[8]s, namespaces %[9]s (root) and %[10]s (cluster),
device %[11]s with application %[12]s, Web probe %[13]s, Cloud Path probe %[14]s.
user %[15]s, alerts %[16]s (ongoing) and %[17]s, department %[18]s, location %[19]s,
geolocation %[20]s, software %[21]s.
Journal, faults, clock, switches and objects: %[1]s/_mock/ (see the command's documentation).
`,
		address, mock.APIUserToken, mock.KeyID, mock.KeySecret,
		mock.ClientID, mock.ClientSecret, mock.VanityDomain,
		mock.OrganizationID, mock.RootNamespaceID, mock.ClusterNamespaceID,
		mock.DeviceID, mock.AppID, mock.WebProbeID, mock.CloudPathProbeID,
		mock.UserID, mock.AlertID, mock.HistoricalAlertID, mock.DepartmentID, mock.LocationID,
		mock.GeolocationID, mock.SoftwareKey)
}

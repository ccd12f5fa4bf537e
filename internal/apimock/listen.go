package apimock

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Listen serves a handler on a port of this machine, for programs that show or measure something with it. Whoever
// listens closes it; the error is that of the serving as well.
func Listen(ctx context.Context, handler http.Handler) (address string, closeAll func() error, err error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() error {
		closed := server.Close()
		if failed := <-served; !errors.Is(failed, http.ErrServerClosed) {
			closed = errors.Join(closed, failed)
		}
		return closed
	}, nil
}

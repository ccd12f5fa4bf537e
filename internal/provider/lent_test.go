package provider

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// What a request's context holds is let go with its answer, although the framework keeps the context.
func TestRequestsAreLetGo(t *testing.T) {
	t.Parallel()
	server := providerServer()
	type key struct{}
	type logger struct{ buffer [1 << 10]byte }
	held := func() weak.Pointer[logger] {
		value := &logger{}
		value.buffer[0] = 1
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, value))
		defer cancel()
		if _, err := server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: "none"}); err != nil {
			t.Fatal(err)
		}
		return weak.Make(value)
	}()
	runtime.GC()
	if held.Value() != nil {
		t.Error("the context of an answered request is still held")
	}
	runtime.KeepAlive(server)
}

func TestLentContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	given, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	lent, release := lend(given)
	child, cancelChild := context.WithCancel(lent)
	defer cancelChild()
	if child.Value(key{}) != "value" || child.Err() != nil {
		t.Fatalf("it has the value %v and ends with %v", child.Value(key{}), child.Err())
	}
	cancel()
	<-child.Done()
	release()
	if lent.Value(key{}) != nil || lent.Err() == nil {
		t.Errorf("after the answer it has the value %v and ends with %v", lent.Value(key{}), lent.Err())
	}
	<-lent.Done()
}

// Command embed is the smallest program that has Joinery within it: SCIM and the
// admin API beside the program's own pages, in one process. Give it an admin
// token of your choice, and administer it as any Joinery server:
//
//	SCIM_ADMIN_TOKEN=… go run ./examples/embed
//	JOINERY_URL=http://127.0.0.1:8080 JOINERY_TOKEN=… joinery org create Acme
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"

	"github.com/joineryhq/joinery/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	scim, err := server.New(ctx, server.Options{
		Database:   "./scim-data",
		AdminToken: os.Getenv("SCIM_ADMIN_TOKEN"),
	})
	if err != nil {
		return err
	}
	defer scim.Close()

	mux := http.NewServeMux()
	mux.Handle("/scim/", scim.Handler())    // what identity providers call
	mux.Handle("/consent/", scim.Handler()) // what owners of accounts open
	mux.Handle("/api/v1/", scim.Handler())  // what the joinery command calls
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "The product's own pages.")
	})
	h := &http.Server{Addr: "127.0.0.1:8080", Handler: mux}
	context.AfterFunc(ctx, func() { _ = h.Shutdown(context.Background()) })
	if err := h.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

package server_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/joineryhq/joinery/server"
)

// A program that has Joinery within it: it makes a connection by calling the
// Service, and mounts the handler where identity providers reach it.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "joinery")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	s, err := server.New(ctx, server.Options{Database: dir})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	acme, err := s.Service().CreateOrganization(ctx, "Acme Inc.", "acme")
	if err != nil {
		log.Fatal(err)
	}
	okta, err := s.Service().CreateConnection(ctx, acme.ID, "Okta", "okta", nil)
	if err != nil {
		log.Fatal(err)
	}
	_, token, err := s.Service().CreateToken(ctx, okta.ID, "production", "me", nil)
	if err != nil {
		log.Fatal(err)
	}

	product := http.NewServeMux()
	product.Handle("/scim/", s.Handler())
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/scim/v2/"+okta.ID+"/Users", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	product.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output: 200
}

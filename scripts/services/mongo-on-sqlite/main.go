// A server that speaks MongoDB's protocol over SQLite files, for tests: FerretDB in a process of its own, behind a front
// that makes every command atomic, as commands on one document are in MongoDB.
package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	if len(os.Args) != 3 {
		fail("usage: mongo-on-sqlite <address> <folder>")
	}
	address, folder := os.Args[1], os.Args[2]
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + folder + "/",
	})
	if err != nil {
		fail(err)
	}
	behind, err := url.Parse(server.MongoDBURI())
	if err != nil {
		fail(err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		fail(err)
	}
	front := front{dial: func() (net.Conn, error) { return net.Dial("tcp", behind.Host) }}
	go front.serve(listener)

	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := server.Run(stop); err != nil {
		fail(err)
	}
}

func fail(reason any) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}

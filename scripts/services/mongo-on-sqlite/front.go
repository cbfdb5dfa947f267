package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
)

// FerretDB reads what an update, a deletion or a findAndModify is about and writes it in two steps, so that two clients
// can both win a compare-and-set. A front passes on one command at a time, whichever connection it comes from.
type front struct {
	dial func() (net.Conn, error)
	turn sync.Mutex
}

func (f *front) serve(listener net.Listener) {
	for {
		client, err := listener.Accept()
		if err != nil {
			fail(err)
		}
		go f.attend(client)
	}
}

// Every client has a connection of its own behind the front: sessions and cursors belong to connections.
func (f *front) attend(client net.Conn) {
	defer client.Close()
	server, err := f.dial()
	if err != nil {
		fail(err)
	}
	defer server.Close()
	for {
		command, err := readMessage(client)
		if err != nil {
			return
		}
		reply, err := f.ask(server, command)
		if err != nil {
			return
		}
		// FerretDB answers also those who said that they will not listen.
		if wantsNoReply(command) {
			continue
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

func (f *front) ask(server net.Conn, command []byte) ([]byte, error) {
	f.turn.Lock()
	defer f.turn.Unlock()
	if _, err := server.Write(command); err != nil {
		return nil, err
	}
	return readMessage(server)
}

// A message begins with its length, these four bytes included: length, id, id answered, kind, and for OP_MSG flags.
const (
	headerBytes = 16
	mostBytes   = 48_000_000
	kindOpMsg   = 2013
	moreToCome  = 1 << 1
)

func readMessage(from io.Reader) ([]byte, error) {
	length := make([]byte, 4)
	if _, err := io.ReadFull(from, length); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(length)
	if size < headerBytes || size > mostBytes {
		return nil, fmt.Errorf("a message of %d bytes", size)
	}
	message := make([]byte, size)
	copy(message, length)
	_, err := io.ReadFull(from, message[4:])
	return message, err
}

func wantsNoReply(message []byte) bool {
	return len(message) >= headerBytes+4 &&
		binary.LittleEndian.Uint32(message[12:]) == kindOpMsg &&
		binary.LittleEndian.Uint32(message[headerBytes:])&moreToCome != 0
}

//go:build unix

package testenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// startTimeout bounds the wait for a server to accept connections.
const startTimeout = 60 * time.Second

// Start starts a server with a temporary directory. It ends with this process,
// however that ends. A durable one waits for the disk at each commit.
func Start(ctx context.Context, durable bool) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "joinery-postgres-")
	if err != nil {
		return nil, err
	}
	address, stop, err := launch(ctx, bin, dir, durable)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s, err := Connect(ctx, address)
	if err != nil {
		stop()
		return nil, err
	}
	s.stop = stop
	return s, nil
}

// binaries finds the directory with the server's programs, of the newest
// version that is installed.
func binaries() (string, error) {
	candidates, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well formed
	best, version := "", -1
	for _, path := range candidates {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // what is no number is version 0
		if n > version {
			best, version = filepath.Dir(path), n
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			best = filepath.Dir(real)
		}
	}
	if best == "" {
		return "", ErrNoBinaries
	}
	return best, nil
}

func launch(ctx context.Context, bin, dir string, durable bool) (address string, stop func(), err error) {
	credential, err := unprivileged(dir)
	if err != nil {
		return "", nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "joinery", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: credential}
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	server := exec.Command(filepath.Join(bin, "postgres"), settings(data, dir, port, durable)...)
	server.Dir, server.SysProcAttr = dir, &syscall.SysProcAttr{Credential: credential, Setpgid: true}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", nil, err
	}
	defer log.Close() //nolint:errcheck // the server has its own handle
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	stop, err = watchdog(server, dir)
	if err != nil {
		_ = server.Process.Kill() // the first error counts
		return "", nil, err
	}
	address = "postgres://joinery@127.0.0.1:" + port + "/postgres?sslmode=disable"
	if err := await(ctx, address, log.Name()); err != nil {
		stop()
		return "", nil, err
	}
	return address, stop, nil
}

// unprivileged gives dir to the user that the server runs as: it refuses to run as root.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no user postgres or nobody: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

func settings(data, sockets, port string, durable bool) []string {
	list := []string{
		"listen_addresses=127.0.0.1", "port=" + port, "unix_socket_directories=" + sockets, "max_connections=300", "shared_buffers=128MB",
	}
	if !durable {
		list = append(list, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	args := []string{"-D", data}
	for _, setting := range list {
		args = append(args, "-c", setting)
	}
	return args
}

// watchdog starts a process that stops the server and removes its directory
// when this process ends, be it by a panic or by SIGKILL: it waits for the end
// of a pipe that nobody else holds. The function that it returns does the same now.
func watchdog(server *exec.Cmd, dir string) (stop func(), err error) {
	const script = `read -r _; kill -QUIT "$1" 2>/dev/null; i=0; while kill -0 "$1" 2>/dev/null && [ $i -lt 400 ]; do sleep 0.05; i=$((i+1)); done; rm -rf "$2"`
	dog := exec.Command("/bin/sh", "-c", script, "watchdog", strconv.Itoa(server.Process.Pid), dir)
	dog.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is not for it
	pipe, err := dog.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := dog.Start(); err != nil {
		return nil, err
	}
	go server.Wait() //nolint:errcheck // it only lets the watchdog see the end
	return func() {
		_ = pipe.Close() // starts the dog
		_ = dog.Wait()
	}, nil
}

// await waits until the server answers.
func await(ctx context.Context, address, log string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			text, _ := os.ReadFile(log) // best effort
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, text)
		}
	}
}

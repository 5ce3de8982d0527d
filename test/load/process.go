package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a server under measurement.
type process struct {
	cmd   *exec.Cmd
	host  string
	token string // of a SCIM connection
}

func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "joinery")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/joineryhq/joinery/cmd/joinery")
	cmd.Stderr = os.Stderr
	return binary, cmd.Run()
}

const adminToken = "load-admin-token"

// startJoinery starts `joinery serve` and makes a connection with a token.
func startJoinery(ctx context.Context, binary, url string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	host := listener.Addr().String()
	_ = listener.Close()
	args := []string{"serve", "--listen", host, "--rate-limit", "0", "--log-level", "error"}
	if dir, ok := strings.CutPrefix(url, "sqlite:"); ok {
		args = append(args, "--data", filepath.Dir(dir))
	} else {
		args = append(args, "--database-url", url)
	}
	p := &process{cmd: exec.CommandContext(ctx, binary, args...), host: host}
	p.cmd.Env = append(os.Environ(), "JOINERY_ADMIN_TOKEN="+adminToken)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.ready(ctx); err != nil {
		p.stop()
		return nil, err
	}
	if p.token, err = p.connect(ctx); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// startLimit starts this program as the bare handler.
func startLimit(ctx context.Context, url string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self, "-limit", url)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("the bare handler did not start: %w", err)
	}
	p.host = strings.TrimSpace(line)
	return p, nil
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

func (p *process) ready(ctx context.Context) error {
	for range 200 {
		response, err := http.Get("http://" + p.host + "/readyz")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server on %s did not become ready", p.host)
}

// connect makes an organization, a connection and a token by the admin API.
func (p *process) connect(ctx context.Context) (string, error) {
	var made struct{ ID, Token string }
	path := "/organizations"
	for _, step := range []struct{ suffix, body string }{
		{"", `{"name":"Load","slug":"load"}`},
		{"/connections", `{"name":"Load","idp":"generic"}`},
		{"/tokens", `{"name":"load"}`},
	} {
		if step.suffix == "/tokens" {
			path = "/connections/" + made.ID
		} else if step.suffix != "" {
			path += "/" + made.ID
		}
		if err := p.post(ctx, path+step.suffix, step.body, &made); err != nil {
			return "", err
		}
	}
	return made.Token, nil
}

func (p *process) post(ctx context.Context, path, body string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.host+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+adminToken)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusCreated {
		return fmt.Errorf("POST %s: %s %s", path, response.Status, answer)
	}
	return json.Unmarshal(answer, into)
}

// megabytes is the resident memory of the process.
func (p *process) megabytes() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		var kilobytes float64
		if _, err := fmt.Sscanf(string(line), "VmRSS: %f kB", &kilobytes); err == nil {
			return kilobytes / 1024
		}
	}
	return 0
}

package web

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics count the requests of all APIs. A nil *Metrics counts nothing.
type Metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight *prometheus.GaugeVec
	limited  *prometheus.CounterVec
}

// NewMetrics registers the metrics.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "joinery_http_requests_total",
			Help: "Requests answered, by API, route, method and class of status.",
		}, []string{"api", "route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "joinery_http_request_duration_seconds",
			Help:    "Time from a request's arrival to the end of its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"api", "route", "method"}),
		inFlight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "joinery_http_requests_in_flight",
			Help: "Requests that are being answered.",
		}, []string{"api"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "joinery_http_requests_limited_total",
			Help: "Requests refused with 429 because their connection sent too many.",
		}, []string{"api"}),
	}
	registry.MustRegister(m.requests, m.duration, m.inFlight, m.limited)
	return m
}

func (m *Metrics) begin(api string) {
	if m != nil {
		m.inFlight.WithLabelValues(api).Inc()
	}
}

func (m *Metrics) end(method string, rec *Record) {
	if m == nil {
		return
	}
	route, method := routeLabel(rec.Route), methodLabel(method)
	m.inFlight.WithLabelValues(rec.API).Dec()
	m.requests.WithLabelValues(rec.API, route, method, statusClass(rec.Status)).Inc()
	m.duration.WithLabelValues(rec.API, route, method).Observe(rec.Duration.Seconds())
	if rec.Limited {
		m.limited.WithLabelValues(rec.API).Inc()
	}
}

// routeLabel keeps paths that no route knows from making time series.
func routeLabel(route string) string {
	if route == "" {
		return "none"
	}
	return route
}

func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func statusClass(status int) string {
	if status < 100 || status > 599 {
		return "none"
	}
	return string([]byte{'0' + byte(status/100), 'x', 'x'})
}

package httpapi

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// ParseBaseURL checks the base address of a service and returns it without a trailing slash. Credentials
// travel to it, so it must be https, except on the machine itself, where mocks listen.
func ParseBaseURL(text string) (string, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("it is not a URL")
	case base.Hostname() == "" || base.Scheme != "https" && base.Scheme != "http":
		return "", errors.New("it must be an https URL, such as https://host/path")
	case base.User != nil || base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return "", errors.New("it must hold neither credentials nor a query nor a fragment")
	case base.Scheme == "http" && !isLoopback(base.Hostname()):
		return "", errors.New("it must be https, because credentials are sent to it; http is taken for localhost only")
	}
	return strings.TrimRight(base.String(), "/"), nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// expand puts escaped values into the braces of a path template.
func expand(template string, values []string) (string, error) {
	var path strings.Builder
	rest := template
	for _, value := range values {
		before, after, found := strings.Cut(rest, "{")
		name, after, closed := strings.Cut(after, "}")
		if !found || !closed {
			return "", fmt.Errorf("%s has no place for all of its %d values", template, len(values))
		}
		// An empty value, or one of dots, would address another object than the one meant.
		if strings.Trim(value, ".") == "" {
			return "", fmt.Errorf("%q is no %s", value, name)
		}
		path.WriteString(before)
		path.WriteString(url.PathEscape(value))
		rest = after
	}
	if strings.Contains(rest, "{") {
		return "", fmt.Errorf("%s has more places than its %d values", template, len(values))
	}
	path.WriteString(rest)
	return path.String(), nil
}

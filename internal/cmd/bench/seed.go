//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
)

// seed makes so many routes in the service and in the states of both writers without a CLI, whose own time for an apply
// grows with the square of their number. One route is applied, and the others are like it.
func (b *bench) seed(ctx context.Context, routes int) error {
	for _, args := range [][]string{{"init"}, {"apply", "-auto-approve"}} {
		if _, err := b.run(ctx, gathering, 1, args); err != nil {
			return err
		}
	}
	file := filepath.Join(b.root, gathering, "terraform.tfstate")
	content, err := os.ReadFile(file) //nolint:gosec // ours
	if err != nil {
		return err
	}
	var state map[string]any
	if err := json.Unmarshal(content, &state); err != nil {
		return err
	}
	var first struct {
		Resources []struct {
			Provider  string           `json:"provider"`
			Instances []map[string]any `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(content, &first); err != nil {
		return err
	}
	if len(first.Resources) != 1 || len(first.Resources[0].Instances) != 1 {
		return fmt.Errorf("%s does not hold one route", file)
	}
	var resources []any
	for number := 0; number*mostOfTeam < routes; number++ {
		resources = append(resources, b.team(number, min(routes-number*mostOfTeam, mostOfTeam), first.Resources[0].Provider, first.Resources[0].Instances[0]))
	}
	state["resources"] = resources
	if content, err = json.Marshal(state); err != nil {
		return err
	}
	for _, of := range []string{gathering, idle} {
		if _, err := b.run(ctx, of, routes, []string{"init"}); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(b.root, of, "terraform.tfstate"), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// team is a block of routes as the state holds it, all of them like one that was applied. They exist then.
func (b *bench) team(number, routes int, provider string, like map[string]any) map[string]any {
	attributes := like["attributes"].(map[string]any)             //nolint:errcheck // as CLIs write states
	held := b.mock.Object("routes", fmt.Sprint(attributes["id"])) // as the service knows it
	var instances []any
	for n := range routes {
		key := fmt.Sprintf("team%d-service-%03d", number, n)
		members, values := maps.Clone(held), maps.Clone(attributes)
		values["name"], values["from"] = key, fmt.Sprintf("https://%s.example.com", key)
		values["to"], values["description"] = []any{fmt.Sprintf("http://service-%d:8080", n)}, "Service "+key
		for _, name := range []string{"name", "from", "to", "description"} {
			members[name] = values[name]
		}
		for _, name := range []string{"id", "createdAt", "updatedAt", "policies", "enforcedPolicies", "enforcedPolicyIds"} {
			delete(members, name) // the service's
		}
		if number > 0 || n > 0 { // which exists
			values["id"] = b.mock.CreateObject("routes", b.mock.OrganizationID, members)
		}
		instance := maps.Clone(like)
		delete(instance, "identity") // of the one that was applied
		instance["index_key"], instance["attributes"] = key, values
		instances = append(instances, instance)
	}
	return map[string]any{
		"mode": "managed", "type": "pomerium_zero_route", "name": fmt.Sprint("team", number),
		"provider": provider, "instances": instances,
	}
}

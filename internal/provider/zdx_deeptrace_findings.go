package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// printFindings prints in a few lines what a trace that has ended measured. A report that cannot be read is said to be
// so, and the others are printed all the same. What a trace was not asked for is empty, and not mentioned.
func printFindings(ctx context.Context, c *zdx.Client, deviceID string, trace zdx.DeepTrace, say func(format string, values ...any)) {
	reports := []func() ([]string, error){
		func() ([]string, error) {
			metrics, err := zdx.TraceWebProbeMetrics.All(ctx, c, nil, deviceID, trace.ID)
			return metricLines("Web probe", metrics), err
		},
		func() ([]string, error) {
			samples, err := zdx.TraceCloudPaths.All(ctx, c, nil, deviceID, trace.ID)
			if len(samples) == 0 {
				return nil, err
			}
			return pathLines(samples[len(samples)-1]), err
		},
		func() ([]string, error) {
			categories, err := zdx.TraceHealthMetrics.All(ctx, c, nil, deviceID, trace.ID)
			var lines []string
			for _, category := range categories {
				for _, instance := range category.Instances {
					lines = append(lines, metricLines(strings.TrimSpace("Health, "+plain(category.Category)+" "+plain(instance.Name)), instance.Metrics)...)
				}
			}
			return lines, err
		},
		func() ([]string, error) {
			samples, err := zdx.TraceEvents.All(ctx, c, nil, deviceID, trace.ID)
			var lines []string
			for _, sample := range samples {
				for _, event := range sample.Events {
					lines = append(lines, fmt.Sprintf("Event at %s: %s went from %q to %q.", plain(sample.Timestamp),
						plain(cmp.Or(event.DisplayName, event.Name)), plain(event.Prev), plain(event.Curr)))
				}
			}
			return lines, err
		},
	}
	told := false
	for _, report := range reports {
		lines, err := report()
		if err != nil {
			lines = append(lines, "A report could not be read: "+sentence(err.Error()))
		}
		for _, line := range lines {
			say("%s", line)
			told = true
		}
	}
	if !told {
		say("Deep trace %s has no data.", trace.ID)
	}
}

// metricLines tells of each series the least, the mean and the greatest value.
func metricLines(of string, metrics []zdx.Metric) []string {
	var lines []string
	for _, metric := range metrics {
		var values []float64
		sum := 0.0
		for _, point := range metric.DataPoints {
			if point.Value != nil && *point.Value >= 0 { // -1 stands for no data
				values = append(values, float64(*point.Value))
				sum += float64(*point.Value)
			}
		}
		if len(values) > 0 {
			lines = append(lines, fmt.Sprintf("%s, %s: mean %.1f, least %.1f, greatest %.1f (%d values, %s).", of, plain(metric.Metric),
				sum/float64(len(values)), slices.Min(values), slices.Max(values), len(values), cmp.Or(plain(metric.Unit), "no unit")))
		}
	}
	return lines
}

// pathLines is the way hop by hop.
func pathLines(sample zdx.CloudPathSample) []string {
	lines := []string{"Cloud path at " + plain(sample.Timestamp) + ":"}
	for _, leg := range sample.CloudPath {
		lines = append(lines, fmt.Sprintf("  %s to %s: latency %s, loss %s", plain(leg.Src), plain(leg.Dst), decimals(leg.Latency), decimals(leg.Loss)))
		for i, hop := range leg.Hops {
			if hop.IP == nil {
				lines = append(lines, fmt.Sprintf("    %2d  no response", i+1))
				continue
			}
			lines = append(lines, fmt.Sprintf("    %2d  %-15s  %s", i+1, *hop.IP, decimals(hop.LatencyAvg)))
		}
	}
	return lines
}

func decimals(value *zdx.Number) string {
	if value == nil {
		return "unknown"
	}
	return fmt.Sprintf("%.1f", float64(*value))
}

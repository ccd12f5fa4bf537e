package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// Attributes of what ZDX tells. They are computed, and null where the service does not tell.

type attributes = map[string]schema.Attribute

func computedFloat(description string) schema.Float64Attribute {
	return schema.Float64Attribute{MarkdownDescription: description, Computed: true}
}

func computedObject(description string, members attributes) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{MarkdownDescription: description, Computed: true, Attributes: members}
}

func computedList(description string, members attributes) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description, Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: members},
	}
}

func computedScore(of string) schema.Float64Attribute {
	return computedFloat("ZDX Score of " + of + ", from 0 to 100; null without data.")
}

const aboutSampleTime = "When it was measured (RFC 3339)."

func metricAttributes() attributes {
	return attributes{
		"metric": computedText("Name of the metric."),
		"unit":   computedText("Unit of the values, if the service tells one."),
		"datapoints": computedList("The values, in the order of the service.", attributes{
			"timestamp": computedText(aboutSampleTime),
			"value":     computedFloat("The value. In a series of scores, -1 stands for no data."),
		}),
	}
}

func legStatsAttributes() attributes {
	return attributes{
		"leg_src": computedText("Where the leg begins, such as `client` or `egress`."),
		"leg_dst": computedText("Where the leg ends, such as `egress` or `zen`."),
		"stats":   computedList("Series of latency, loss and the like.", metricAttributes()),
	}
}

func cloudPathAttributes() attributes {
	return attributes{
		"timestamp": computedText(aboutSampleTime),
		"cloudpath": computedList("The legs of the way, in the order of the service.", attributes{
			"src":             computedText("Where the leg begins."),
			"dst":             computedText("Where the leg ends."),
			"num_hops":        computedNumber("How many hops the leg has."),
			"num_unresp_hops": computedNumber("How many of them did not respond."),
			"latency":         computedFloat("Latency of the leg. The service does not tell the unit; the portal counts in milliseconds."),
			"loss":            computedFloat("Packet loss on the leg. The service does not tell the unit; the portal counts in percent."),
			"tunnel_type":     computedNumber("Type of the tunnel, as the service numbers them."),
			"hops": computedList("The hops, from source to destination.", attributes{
				"ip":            computedText("IP address; null for a hop that did not respond."),
				"gw_mac":        computedText("MAC address of the gateway."),
				"gw_mac_vendor": computedText("Vendor of the gateway's network adapter."),
				"pkt_sent":      computedNumber("Packets sent."),
				"pkt_rcvd":      computedNumber("Packets that came back."),
				"latency_min":   computedFloat("Least latency."),
				"latency_max":   computedFloat("Greatest latency."),
				"latency_avg":   computedFloat("Mean latency."),
				"latency_diff":  computedFloat("What the hop adds to the one before."),
			}),
		}),
	}
}

func healthAttributes() attributes {
	return attributes{
		"category": computedText("What was measured, such as CPU, memory, disk or network."),
		"instances": computedList("Each one of the kind, such as one disk.", attributes{
			"name":    computedText("Name of the instance."),
			"metrics": computedList("Its series.", metricAttributes()),
		}),
	}
}

func eventAttributes() attributes {
	return attributes{
		"timestamp": computedText("When it happened (RFC 3339)."),
		"events": computedList("What changed.", attributes{
			"category":     computedText("`Zscaler`, `Hardware`, `Software` or `Network`."),
			"name":         computedText("Name of what changed, such as `ziaState`."),
			"display_name": computedText("Its name for people."),
			"prev":         computedText("Value before."),
			"curr":         computedText("Value since."),
		}),
	}
}

func topProcessAttributes() attributes {
	return attributes{
		"timestamp": computedText(aboutSampleTime),
		"top_processes": computedList("The processes by what they used.", attributes{
			"category": computedText("What was used: CPU, memory, disk or network."),
			"unit":     computedText("Unit of use, if the service tells one."),
			"processes": computedList("The processes that used most, the first most of all.", attributes{
				"id":   computedText("ID of the process on the device."),
				"name": computedText("Name of the process."),
			}),
		}),
	}
}

func callQualityAttributes() attributes {
	return attributes{
		"meet_id":         computedText("ID of the meeting."),
		"meet_session_id": computedText("ID of the session within the meeting."),
		"meet_subject":    computedText("Subject of the meeting."),
		"metrics":         computedList("Series of the call's quality.", metricAttributes()),
	}
}

func computedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

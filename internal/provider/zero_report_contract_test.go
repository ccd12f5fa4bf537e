package provider

import (
	"reflect"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// reportMirrors are the objects of the reports, which TestStructSchemaAndContractAgree checks as well.
var reportMirrors = []mirrored{
	ofReport("UserWithOrganizationRole", "users", "users", reflect.TypeFor[pomeriumzero.User]()),
	ofReport("GetQuotasResponse", "quotas", "", reflect.TypeFor[pomeriumzero.QuotaReport](), "organization_id", "namespace_id"),
	ofReport("Quotas", "quotas", "limits", reflect.TypeFor[pomeriumzero.Quotas]()),
	ofReport("Quotas", "quotas", "counts", reflect.TypeFor[pomeriumzero.Quotas]()),
	ofReport("FeatureFlag", "feature_flags", "feature_flags", reflect.TypeFor[pomeriumzero.FeatureFlag]()),
	ofReport("Changeset", "changesets", "changesets", reflect.TypeFor[pomeriumzero.Changeset]()),
	ofReport("ClusterHealthCheck", "cluster_health", "checks", reflect.TypeFor[pomeriumzero.ClusterHealthCheck]()),
	ofReport("ClusterReplica", "cluster_replicas", "replicas", reflect.TypeFor[pomeriumzero.Replica]()),
	ofReport("PingClusterResponse", "cluster_ping", "", reflect.TypeFor[pomeriumzero.Ping](), "organization_id", "cluster_id"),
}

func ofReport(object, report, at string, goType reflect.Type, ownOfSchema ...string) mirrored {
	return mirrored{
		document: contract.PomeriumZero(), object: object, goType: goType, schema: "pomerium_zero_" + report, at: at, ownOfSchema: ownOfSchema,
	}
}

import { defineLock } from "@fenceline/core";
import { sources } from "../sources.js";
import { jobMs, powermax, serialNumberPerArray } from "./powermax.js";

const group = {
  ...powermax,
  parameters: {
    rdfGroup: "number of the RDF group, unique on one array only",
    serialNumber: serialNumberPerArray,
  },
  lockDelayMs: jobMs,
} as const;

/** An RDF group, as provision.py names it. */
export const rdfPair = defineLock({
  ...group,
  template: "emc-rg-{rdfGroup}",
  perArray: "emc-rg-{rdfGroup}-{serialNumber}",
  guards: [
    {
      method: "createRdfDevicePair",
      criticalSection: "create a pair and wait for the job; in Cinder before 16.0.0 only",
      origin: "VMAXRest.create_rdf_device_pair",
    },
    {
      method: "extendReplicatedVolume",
      criticalSection: "extend a volume that is replicated",
      origin: "provision.extend_volume",
    },
    {
      method: "breakRdfRelationship",
      criticalSection: "wait for the pair, suspend and delete it",
      origin: "provision.break_rdf_relationship",
    },
  ],
  nesting: "inside rdfGroup, outside of member, maskingView and storageGroup",
  sources: sources.rdfPair,
});

/** An RDF group, as common.py names it. */
export const rdfGroup = defineLock({
  ...group,
  template: "emc-{rdfGroup}-rdf",
  formerNames: [{ before: "16.0.0", template: "emc-rg-{rdfGroup}" }],
  perArray: "emc-{rdfGroup}-rdf-{serialNumber}",
  guards: [
    {
      method: "extendLegacyReplicatedVolume",
      criticalSection: "extend a volume that was replicated by an older release",
      origin: "common._extend_legacy_replicated_vol",
    },
    {
      method: "cleanupRdfDevicePair",
      criticalSection: "take a pair out of the group",
      origin: "common.cleanup_rdf_device_pair",
    },
    {
      method: "cleanupRemoteTarget",
      criticalSection:
        "take the remote volume out of the group; of a Metro group suspend it and resume the rest",
      origin: "common._cleanup_remote_target; before 16.0.0 VMAXCommon._cleanup_metro_target",
    },
  ],
  nesting: "outside of rdfPair, member, maskingView and storageGroup",
  sources: sources.rdfGroup,
});

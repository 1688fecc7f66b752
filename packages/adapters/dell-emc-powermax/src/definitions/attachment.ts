import { defineLock } from "@fenceline/core";
import { sources } from "../sources.js";
import { jobMs, powermax, requestMs, serialNumber, serialNumberPerArray } from "./powermax.js";

/** One attach or detach of a volume at a time. */
export const volume = defineLock({
  ...powermax,
  template: "powermax-{volumeId}",
  parameters: { volumeId: "UUID of the volume" },
  guards: [
    {
      method: "initializeConnection",
      criticalSection: "attach the volume",
      origin: "fc, iscsi, nvme and nvme_tcp: initialize_connection",
    },
    {
      method: "terminateConnection",
      criticalSection: "detach the volume",
      origin: "fc, iscsi, nvme and nvme_tcp: terminate_connection",
    },
  ],
  releases: { since: "26.0.0" },
  nesting: "outside of all others",
  lockDelayMs: jobMs,
  sources: sources.volume,
});

/** A volume is taken out of its groups by one caller at a time. */
export const member = defineLock({
  ...powermax,
  template: "emc-vol-{deviceId}",
  perArray: "emc-vol-{deviceId}-{serialNumber}",
  parameters: {
    deviceId: "device id of the volume on its array (5 hex digits), unique on one array only",
    serialNumber: serialNumberPerArray,
  },
  guards: [
    {
      method: "removeAndResetMembers",
      criticalSection: "take the volume out of its groups and put it back into the default group",
      origin: "masking.remove_and_reset_members",
    },
  ],
  nesting: "inside volume, outside of the masking views and storage groups",
  lockDelayMs: jobMs,
  sources: sources.member,
});

/** One change of a masking view at a time. */
export const maskingView = defineLock({
  ...powermax,
  template: "emc-mv-{maskingViewName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-mv-{maskingViewName}" }],
  parameters: { maskingViewName: "name of the masking view", serialNumber },
  guards: [
    {
      method: "setupMaskingView",
      criticalSection: "find or create the view with its groups and put the volume in",
      origin: "masking.setup_masking_view",
    },
    {
      method: "removeVolumeFromMaskedGroup",
      criticalSection: "take the volume out; with the last one delete the view and its groups",
      origin: "masking.remove_volume_from_sg, of a group with a view",
    },
  ],
  nesting: "inside volume and member, outside of the storage groups",
  lockDelayMs: jobMs,
  sources: sources.maskingView,
});

/** The parent group of a masking view, under a name of its own. */
export const parentOfView = defineLock({
  ...powermax,
  template: "emc-mv-{parentName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-mv-{parentName}" }],
  parameters: { parentName: "name of the parent storage group that the masking view has", serialNumber },
  guards: [
    {
      method: "removeVolumeFromMaskedGroup",
      criticalSection: "take the volume out; with the last one delete the view and its groups",
      origin: "masking.remove_volume_from_sg, of a group with a view",
    },
  ],
  nesting: "together with maskingView",
  lockDelayMs: jobMs,
  sources: sources.parentOfView,
});

/** An initiator group is deleted once. */
export const initiatorGroup = defineLock({
  ...powermax,
  template: "emc-ig-{initiatorGroupName}-{serialNumber}",
  formerNames: [{ before: "15.0.0", template: "emc-ig-{initiatorGroupName}" }],
  parameters: { initiatorGroupName: "name of the initiator group", serialNumber },
  guards: [
    {
      method: "deleteInitiatorGroup",
      criticalSection: "check that the group exists and delete it",
      origin: "masking._last_volume_delete_initiator_group",
    },
  ],
  nesting: "innermost",
  lockDelayMs: requestMs,
  sources: sources.initiatorGroup,
});

package io.weathervane.config;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A call that a canary must answer as the active worker does. */
public record UpgradeProbeSettings(String tool, ObjectNode arguments) {
    static UpgradeProbeSettings from(Section section) {
        return new UpgradeProbeSettings(
                section.words("tool").orElseThrow(() -> section.missing("tool", "name a read-only tool of the worker")),
                section.tree("arguments").orElseGet(() -> JsonMapper.shared().createObjectNode()));
    }
}

package io.weathervane.approval;

import io.weathervane.util.Sha256;
import java.util.List;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Request for a change that the requester may not make alone.
 *
 * @param change what it comes to at this moment, with the hash of what runs: {@code promote good in place of stable
 *     (sha256 1f3a…)}
 * @param arguments of the tool's call
 * @param runs what will run, in lines for the person who grants it
 */
public record ApprovalRequest(
        ApprovalParty requester, String tool, String change, String reason, ObjectNode arguments, List<String> runs) {
    private static final JsonMapper SORTED =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    public ApprovalRequest {
        arguments = arguments.deepCopy();
        runs = List.copyOf(runs);
    }

    /** Of what runs no program. */
    public ApprovalRequest(ApprovalParty requester, String tool, String change, String reason, ObjectNode arguments) {
        this(requester, tool, change, reason, arguments, List.of());
    }

    @Override
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }

    /** The same call when it comes to something else. */
    public ApprovalRequest comingTo(String otherChange) {
        return new ApprovalRequest(requester, tool, otherChange, reason, arguments, runs);
    }

    /** The arguments with their names in order, whatever the order they were written in. */
    String argumentsText() {
        return SORTED.writeValueAsString(arguments);
    }

    /** Hash of the content that an approval is bound to beside its requester. */
    String digest() {
        ObjectNode bound = SORTED.createObjectNode().put("tool", tool).put("change", change);
        bound.set("arguments", arguments);
        return Sha256.of(SORTED.writeValueAsString(bound));
    }
}

package io.weathervane.approval;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody wants to do and may not do alone.
 *
 * @param change what it comes to at this moment: {@code promote good in place of stable}
 * @param arguments of the tool's call
 */
public record ApprovalRequest(Person requester, String tool, String change, String reason, ObjectNode arguments) {
    private static final JsonMapper SORTED =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    public ApprovalRequest {
        arguments = arguments.deepCopy();
    }

    @Override
    public ObjectNode arguments() {
        return arguments.deepCopy();
    }

    /** The same call when it comes to something else. */
    public ApprovalRequest comingTo(String otherChange) {
        return new ApprovalRequest(requester, tool, otherChange, reason, arguments);
    }

    /** The arguments with their names in order, whatever the order they were written in. */
    String argumentsText() {
        return SORTED.writeValueAsString(arguments);
    }

    /** What an approval is bound to beside its requester. */
    String digest() {
        ObjectNode bound = SORTED.createObjectNode().put("tool", tool).put("change", change);
        bound.set("arguments", arguments);
        return sha256(SORTED.writeValueAsString(bound));
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

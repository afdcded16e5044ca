package io.weathervane.ofrep;

import io.weathervane.flags.FlagDefinition;
import io.weathervane.flags.FlagSnapshot;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * All answers that one state of the flags gives, as bytes that are ready to be sent: they are made once for each state
 * and not for each evaluation. Immutable.
 */
public final class OfrepEvaluations {
    /** How long a page that is not seen keeps its stream, in seconds, as the protocol's default says: 120. */
    private static final int INACTIVITY_SECONDS = 120;

    /** Digits of a body's SHA-256 that its tag has, 32: two bodies never have the same. */
    private static final int TAG_LENGTH = 32;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final FlagSnapshot snapshot;
    private final Map<String, byte[]> single;
    private final byte[] all;

    private OfrepEvaluations(FlagSnapshot snapshot, Map<String, byte[]> single, byte[] all) {
        this.snapshot = snapshot;
        this.single = single;
        this.all = all;
    }

    /**
     * Answer to the evaluation of all flags.
     *
     * @param etag of the body, quoted as in the header
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Bulk(byte[] body, String etag) {}

    /** The answers of this state. */
    public static OfrepEvaluations of(FlagSnapshot snapshot) {
        Map<String, byte[]> single = new LinkedHashMap<>();
        ArrayNode flags = JSON.arrayNode();
        for (FlagDefinition definition : snapshot.catalog().all()) {
            ObjectNode evaluation = FlagEvaluation.of(definition, snapshot).toJson();
            ObjectNode inList = evaluation.deepCopy();
            // Without the epoch: a client tells by the bytes which flags have changed.
            inList.putObject("metadata").put("killSwitch", snapshot.killSwitchEngaged());
            flags.add(inList);
            evaluation.set("metadata", metadata(snapshot));
            single.put(definition.key(), bytes(evaluation));
        }
        ObjectNode body = JSON.objectNode();
        body.set("flags", flags);
        body.set("metadata", metadata(snapshot));
        byte[] whole = bytes(body);
        return new OfrepEvaluations(snapshot, Map.copyOf(single), Arrays.copyOf(whole, whole.length - 1));
    }

    /** The number of this state. */
    public long epoch() {
        return snapshot.epoch();
    }

    /** Whether these are the answers of this very state. */
    boolean isOf(FlagSnapshot other) {
        return snapshot == other;
    }

    /** The answer to the evaluation of one flag; empty when there is no such flag. */
    public Optional<byte[]> single(String key) {
        return Optional.ofNullable(single.get(key));
    }

    /**
     * The answer to the evaluation of all flags.
     *
     * @param stream path and query of the event stream that tells this caller of changes
     */
    public Bulk bulk(String stream) {
        ObjectNode event = JSON.objectNode().put("type", "sse");
        event.putObject("endpoint").put("requestUri", stream);
        event.put("inactivityDelaySec", INACTIVITY_SECONDS);
        ByteArrayOutputStream body = new ByteArrayOutputStream(all.length + 256);
        body.writeBytes(all);
        body.writeBytes(",\"eventStreams\":[".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(bytes(event));
        body.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = body.toByteArray();
        return new Bulk(bytes, '"' + tag(bytes) + '"');
    }

    private static ObjectNode metadata(FlagSnapshot snapshot) {
        return JSON.objectNode().put("killSwitch", snapshot.killSwitchEngaged()).put("epoch", snapshot.epoch());
    }

    private static byte[] bytes(ObjectNode node) {
        return JsonRpcCodec.JSON.writeValueAsBytes(node);
    }

    private static String tag(byte[] body) {
        return Sha256.hex(Sha256.newDigest().digest(body)).substring(0, TAG_LENGTH);
    }
}

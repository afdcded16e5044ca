package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.util.SingleUseKeys;
import io.weathervane.util.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seals what a multi round-trip request has to remember into its {@code requestState}, and opens it again
 * (MCP 2026-07-28 patterns/mrtr). The client holds the state and is not trusted with it: the code is over the
 * text as sent, and what it was sealed for has to be the same when it comes back. The key dies with the process,
 * so a state does not outlive the server; its client is asked again.
 */
final class RequestStateSealer {
    /** How long a person has to answer. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    /** Longest state that is looked at. */
    private static final int LENGTH_MAX = 256 * 1024;

    /** Most states remembered as used; they are forgotten when they expire. */
    private static final int USED_MAX = 100_000;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 16;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();
    private final Ticker ticker;

    /** The nonces of states that were used, each at least until its state expires. */
    private final SingleUseKeys used;

    RequestStateSealer(Ticker ticker) {
        this.ticker = ticker;
        this.used = new SingleUseKeys(LIFETIME, USED_MAX, ticker);
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /**
     * A state that is opened by the same call only.
     *
     * @param boundTo what must be the same: who calls what with which arguments
     */
    String seal(String boundTo, ObjectNode remembered) {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        json.put("for", boundTo).put("until", ticker.nanos() + LIFETIME.toNanos());
        json.put("nonce", randomText()).set("remembered", remembered);
        String text = encoded(JsonRpcCodec.JSON.writeValueAsBytes(json));
        return text + "." + code(text);
    }

    /** An opened state. */
    record Opened(String nonce, ObjectNode remembered) {}

    /**
     * What was sealed.
     *
     * @throws JsonRpcException invalid params, when it was not sealed here, not for this, or too long ago
     */
    Opened open(String state, String boundTo) {
        int dot = state.lastIndexOf('.');
        if (dot < 0 || state.length() > LENGTH_MAX || !isCodeOf(state.substring(0, dot), state.substring(dot + 1))) {
            throw refused("is not one of this server's");
        }
        byte[] json = Base64.getUrlDecoder().decode(state.substring(0, dot));
        ObjectNode sealed = (ObjectNode) JsonRpcCodec.JSON.readTree(json);
        if (!sealed.path("for").asString("").equals(boundTo)) {
            throw refused("belongs to another call");
        }
        if (sealed.path("until").longValue() - ticker.nanos() < 0) {
            throw refused("is older than " + LIFETIME.toMinutes() + " minutes");
        }
        return new Opened(sealed.path("nonce").stringValue(), (ObjectNode) sealed.get("remembered"));
    }

    /**
     * Uses a state up, before anything is done with it.
     *
     * @throws JsonRpcException invalid params, when it was used before
     */
    void use(Opened state) {
        if (used.use(state.nonce()) != SingleUseKeys.Result.FRESH) {
            throw refused("was used already");
        }
    }

    /** Takes back {@link #use}: nothing was done, the client is asked again. */
    void unuse(Opened state) {
        used.takeBack(state.nonce());
    }

    private boolean isCodeOf(String text, String code) {
        return MessageDigest.isEqual(
                code(text).getBytes(StandardCharsets.US_ASCII), code.getBytes(StandardCharsets.UTF_8));
    }

    private String code(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return encoded(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private String randomText() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return encoded(bytes);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonRpcException refused(String why) {
        return RequestParams.invalid("the requestState " + why + "; make the call again without it");
    }
}

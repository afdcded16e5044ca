package io.weathervane.transport.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tickets for event streams: a browser's {@code EventSource} sends no header, so the address of its stream has to show
 * who it is. A ticket stands for one token, the same as long as this process lives, and is worth what the token is worth
 * at that moment. It opens a stream, which says that flags have changed and nothing of them.
 */
final class OfrepTickets {
    /** Most tokens that have a ticket; beyond it the one unused for longest loses its own. */
    private static final int TICKETS_MAX = 10_000;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec key;
    private final Map<String, String> tokens = Collections.synchronizedMap(new Bounded());

    OfrepTickets() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
    }

    /** The ticket of a token that is good now. */
    String of(String token) {
        String ticket = sign(token);
        tokens.put(ticket, token);
        return ticket;
    }

    /** The token of a ticket; empty when there is none, or none any more. */
    Optional<String> token(String ticket) {
        return Optional.ofNullable(tokens.get(ticket));
    }

    private String sign(String token) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] signature = mac.doFinal(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static final class Bounded extends LinkedHashMap<String, String> {
        private static final long serialVersionUID = 1L;

        Bounded() {
            super(16, 0.75f, /* accessOrder= */ true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > TICKETS_MAX;
        }
    }
}

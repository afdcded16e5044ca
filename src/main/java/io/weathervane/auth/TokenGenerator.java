package io.weathervane.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The tokens we make ourselves: 256 random bits behind a prefix by which people, secret scanners and our own
 * redaction know them. As no attacker can guess or list that many, a plain hash keeps them; see ADR 10.
 */
final class TokenGenerator {
    static final String PREFIX = "wvt_";

    private static final int RANDOM_BYTES = 32;

    private TokenGenerator() {}

    static String random(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

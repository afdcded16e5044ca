package io.weathervane.util;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The signature of a body by a shared secret: {@code t=<epoch seconds>,v1=<hex of the HMAC-SHA256 of "t.body">}. */
public final class HmacSignature {
    /** The header that carries it. */
    public static final String HEADER = "X-WeatherVane-Signature";

    /** A signature whose time differs by more than this is none: 5 min. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern FORM = Pattern.compile("t=(\\d{1,12}),v1=([0-9a-f]{64})");

    private HmacSignature() {}

    /** The value of the header for this body. */
    public static String header(String secret, Instant now, byte[] body) {
        long seconds = now.getEpochSecond();
        return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac(secret, Long.toString(seconds), body));
    }

    /** Why the header proves nothing of the body, in words that tell nothing of the secret; empty when it does. */
    public static Optional<String> problem(String secret, String header, Instant now, byte[] body) {
        Matcher parts = FORM.matcher(header);
        if (!parts.matches()) {
            return Optional.of("the signature must be t=<epoch seconds>,v1=<hex of the HMAC-SHA256 of \"t.body\">");
        }
        byte[] shown = HexFormat.of().parseHex(parts.group(2));
        if (!MessageDigest.isEqual(mac(secret, parts.group(1), body), shown)) {
            return Optional.of("the signature is not that of this body by the signal's secret");
        }
        Duration apart = Duration.between(Instant.ofEpochSecond(Long.parseLong(parts.group(1))), now);
        return apart.abs().compareTo(WINDOW) > 0
                ? Optional.of("the signature is more than " + WINDOW.toMinutes() + " minutes off this server's clock")
                : Optional.empty();
    }

    private static byte[] mac(String secret, String seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}

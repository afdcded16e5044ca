package io.weathervane.alert;

import io.weathervane.util.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A URL that gets each alert as a JSON POST.
 *
 * @param secret signs the requests; unsigned when empty
 * @param timeout of one request
 */
public record WebhookSinkConfig(URI url, Optional<String> secret, Duration timeout) {
    private static final int NAME_BYTES = 4;

    /** The receiver's host and a mark of the whole URL, which itself may hold a secret: {@code hooks.example#9f86d081}. */
    public String name() {
        byte[] digest = Sha256.newDigest().digest(url.toString().getBytes(StandardCharsets.UTF_8));
        return url.getHost() + "#" + HexFormat.of().formatHex(digest, 0, NAME_BYTES);
    }

    @Override
    public String toString() {
        return "WebhookSink[" + name() + (secret.isPresent() ? ", signed]" : "]");
    }
}

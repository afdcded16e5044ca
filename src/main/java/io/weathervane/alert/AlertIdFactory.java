package io.weathervane.alert;

import io.weathervane.audit.NewAuditEvent;
import io.weathervane.util.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/**
 * The id of an alert: the server's, and a mark of what happened. It is the same whether the alert is sent from the audit
 * or before it is there, and another one after a database was put back to an older state and gives a place twice.
 */
final class AlertIdFactory {
    private static final int MARK_BYTES = 8;

    private AlertIdFactory() {}

    static String of(String server, NewAuditEvent event, Instant at, UnaryOperator<String> redact) {
        String what = String.join(
                "\n",
                event.kind().wireName(),
                Long.toString(at.toEpochMilli()),
                event.actor().name(),
                event.promotionId().orElse(""),
                event.payload().path("worker").asString(""),
                event.payload().path("approval").asString(""),
                redact.apply(event.payload().path("reason").asString("")));
        byte[] digest = Sha256.newDigest().digest(what.getBytes(StandardCharsets.UTF_8));
        return server + "-" + HexFormat.of().formatHex(digest, 0, MARK_BYTES);
    }
}

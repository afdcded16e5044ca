package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.Caller;
import io.weathervane.util.SafeText;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records the calls that rules of access deny, in the log and the audit: of each caller and tool the first in {@link
 * #WINDOW}, and of all together no more than {@link #RECORDS_MAX}, so that a caller that tries again and again fills neither.
 */
final class DeniedCallRecorder implements BiConsumer<Caller, String> {
    static final Duration WINDOW = Duration.ofMinutes(10);
    static final int RECORDS_MAX = 100;

    /** Longest part of a tool's name that is recorded: a caller may call what is in no list. */
    private static final int NAME_LENGTH_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger("Access");

    private final AuditLog audit;
    private final Ticker ticker;
    private final Set<Denied> recorded = new HashSet<>();
    private long windowStart;
    private long leftOut;

    private record Denied(String account, Caller.Transport transport, String tool) {}

    DeniedCallRecorder(AuditLog audit, Ticker ticker) {
        this.audit = audit;
        this.ticker = ticker;
        this.windowStart = ticker.nanos();
    }

    @Override
    public void accept(Caller caller, String tool) {
        String name = SafeText.line(tool, NAME_LENGTH_MAX);
        if (isToBeRecorded(new Denied(caller.account(), caller.transport(), name))) {
            LOG.warn("denied a call caller={} transport={} tool={}", caller.account(), caller.transport(), name);
            ObjectNode details = JsonRpcCodec.JSON
                    .createObjectNode()
                    .put("tool", name)
                    .put("account", caller.account())
                    .put("transport", caller.transport().name().toLowerCase(Locale.ROOT));
            audit.appendLate(NewAuditEvent.of(AuditKind.CALL_DENIED, new Actor(caller.name()), details));
        }
    }

    private synchronized boolean isToBeRecorded(Denied denied) {
        long now = ticker.nanos();
        if (now - windowStart >= WINDOW.toNanos()) {
            if (leftOut > 0) {
                LOG.warn("denied further calls that are not recorded one by one count={}", leftOut);
            }
            windowStart = now;
            leftOut = 0;
            recorded.clear();
        }
        boolean records = recorded.size() < RECORDS_MAX && recorded.add(denied);
        leftOut += records ? 0 : 1;
        return records;
    }
}

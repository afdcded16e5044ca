package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.reset.ResetPreconditions;
import io.weathervane.store.StoreException;
import io.weathervane.util.ProductVersion;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The start and the end of this server in the audit; a start without an end is how the next one knows a crash. */
final class ServerRunRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    private final AuditLog audit;
    private volatile Supplier<ObjectNode> end = ResetPreconditions::recordOfFailedStart;

    private ServerRunRecorder(AuditLog audit) {
        this.audit = audit;
    }

    /** Puts the start into the audit. */
    static ServerRunRecorder begin(AuditLog audit) {
        ServerRunRecorder recorder = new ServerRunRecorder(audit);
        audit.append(NewAuditEvent.of(AuditKind.SERVER_STARTED, Actor.SYSTEM, process()));
        return recorder;
    }

    /** Has the end say this, too. */
    void setEnd(Supplier<ObjectNode> record) {
        end = record;
    }

    @Override
    public void close() {
        try {
            ObjectNode run = process();
            run.setAll(end.get());
            audit.append(NewAuditEvent.of(AuditKind.SERVER_STOPPED, Actor.SYSTEM, run));
        } catch (StoreException e) {
            LOG.warn("the stop is not in the audit reason={}", e.getMessage());
        }
    }

    private static ObjectNode process() {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("pid", ProcessHandle.current().pid())
                .put("version", ProductVersion.text());
    }
}

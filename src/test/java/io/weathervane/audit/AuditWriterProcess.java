package io.weathervane.audit;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Clock;

/** A program of its own that appends events as fast as it can and says which are acknowledged, until it is killed. */
final class AuditWriterProcess {
    private AuditWriterProcess() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        SqliteDatabase database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        AuditLog log = new AuditLog(database, Clock.systemUTC());
        AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, folder, Ticker.system());
        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            AuditKind kind = i % 2 == 0 ? AuditKind.KILL_SWITCH_ACTIVATED : AuditKind.DECISION;
            AuditEvent event = log.append(NewAuditEvent.of(
                    kind,
                    Actor.SYSTEM,
                    AuditPayloadJson.MAPPER.createObjectNode().put("reason", "the same each time")));
            System.out.println(event.seq());
            System.out.flush();
        }
        files.close();
    }
}

package io.weathervane.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** One chain that several services append to. */
class ServiceAuditTest {
    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private AuditLog whole;
    private AuditLog own;
    private AuditLog search;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        whole = new AuditLog(database, Clock.systemUTC());
        own = whole.ofService("default");
        search = whole.ofService("search");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatAServiceAppendsNamesItAndIsPartOfTheOneChain() {
        List<AuditEvent> heard = new ArrayList<>();
        whole.onAppend(heard::add);

        whole.append(decision("p-0"));
        search.append(decision("p-1"));
        own.append(decision("p-2"));

        assertThat(services(whole)).containsExactly("default", "search", "");
        assertThat(heard).extracting(AuditEvent::seq).containsExactly(1L, 2L, 3L);
        assertThat(AuditVerifier.verify(whole, database, folder).intact()).isTrue();
    }

    @Test
    void aServiceReadsItsOwnEventsAndThoseOfTheServer() {
        whole.append(NewAuditEvent.of(AuditKind.SERVER_STARTED, Actor.SYSTEM, payload()));
        search.append(decision("p-1"));
        own.append(decision("p-2"));

        assertThat(promotions(search)).containsExactly("p-1", "");
        assertThat(promotions(own)).containsExactly("p-2", "");
        assertThat(promotions(whole)).containsExactly("p-2", "p-1", "");
    }

    @Test
    void whatWasRecordedWhileThereWasOneServiceIsTheDefaultServices() {
        whole.append(decision("p-0"));

        assertThat(promotions(own)).containsExactly("p-0");
        assertThat(promotions(search)).isEmpty();
    }

    @Test
    void whatIsWrittenLaterIsNamedToo() {
        assertThat(search.appendLate(decision("p-1")).within(Duration.ofSeconds(20)))
                .isTrue();

        assertThat(services(whole)).containsExactly("search");
        assertThat(search.waiting()).isEmpty();
    }

    private static List<String> services(AuditLog log) {
        return log.query(AuditQuery.newest(10)).events().stream()
                .map(event -> event.payload().path("service").asString(""))
                .toList();
    }

    private static List<String> promotions(AuditLog log) {
        return log
                .query(AuditQuery.newest(10).ofKinds(Set.of(AuditKind.DECISION, AuditKind.SERVER_STARTED)))
                .events()
                .stream()
                .map(event -> event.promotionId().orElse(""))
                .toList();
    }

    private static NewAuditEvent decision(String promotion) {
        return new NewAuditEvent(
                AuditKind.DECISION, Actor.SYSTEM, Optional.of(promotion), Optional.of("healthy"), payload());
    }

    private static ObjectNode payload() {
        return JsonRpcCodec.JSON.createObjectNode().put("reason", "test");
    }
}

package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several services in one database. */
class ReleaseStoreTest {
    private static final ServiceName SEARCH = new ServiceName("search");

    private static final List<String> FIRST_VERSION = List.of(
            "CREATE TABLE worker_releases (role TEXT PRIMARY KEY, label TEXT NOT NULL, definition TEXT NOT NULL,"
                    + " since TEXT NOT NULL)",
            "CREATE TABLE worker_processes (pid INTEGER PRIMARY KEY, started_ms INTEGER NOT NULL, label TEXT NOT"
                    + " NULL)");

    @TempDir
    private Path folder;

    private SqliteDatabase database;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatAnEarlierVersionRecordedIsTheDefaultServices() {
        database.migrate("workers", List.of(FIRST_VERSION));
        insert("INSERT INTO worker_releases (role, label, definition, since) VALUES ('active', 'v2', '{}', '')");
        insert("INSERT INTO worker_processes (pid, started_ms, label) VALUES (7, 1000, 'v2')");

        ReleaseStore own = new ReleaseStore(database, ServiceName.DEFAULT);
        ReleaseStore search = new ReleaseStore(database, SEARCH);

        assertThat(own.find(Role.ACTIVE).orElseThrow().label()).isEqualTo("v2");
        assertThat(own.children()).containsExactly(new ReleaseStore.Child(7, 1000, "v2"));
        assertThat(search.find(Role.ACTIVE)).isEmpty();
        assertThat(search.children()).isEmpty();
    }

    @Test
    void aServicesRecordIsSwappedAndForgottenWithoutTheOthers() {
        ReleaseStore own = new ReleaseStore(database, ServiceName.DEFAULT);
        ReleaseStore search = new ReleaseStore(database, SEARCH);
        for (ServiceName service : List.of(ServiceName.DEFAULT, SEARCH)) {
            record(service, Role.ACTIVE, "v2");
            record(service, Role.PREVIOUS, "v1");
        }

        Optional<String> swapped = database.write(search::swapRecord);

        assertThat(swapped).contains("v1");
        assertThat(search.find(Role.ACTIVE).orElseThrow().label()).isEqualTo("v1");
        assertThat(search.find(Role.REJECTED).orElseThrow().label()).isEqualTo("v2");
        assertThat(own.find(Role.ACTIVE).orElseThrow().label()).isEqualTo("v2");
        assertThat(own.find(Role.PREVIOUS).orElseThrow().label()).isEqualTo("v1");
        boolean forgotten = database.write(search::forgetUnpromoted);
        assertThat(forgotten).as("it was promoted once").isFalse();
    }

    @Test
    void anUnpromotedReleaseOfOneServiceIsForgottenAlone() {
        ReleaseStore own = new ReleaseStore(database, ServiceName.DEFAULT);
        ReleaseStore search = new ReleaseStore(database, SEARCH);
        record(ServiceName.DEFAULT, Role.ACTIVE, "v2");
        record(SEARCH, Role.ACTIVE, "v1");

        boolean forgotten = database.write(search::forgetUnpromoted);

        assertThat(forgotten).isTrue();
        assertThat(search.find(Role.ACTIVE)).isEmpty();
        assertThat(own.find(Role.ACTIVE)).isPresent();
    }

    @Test
    void aServiceDoesNotSeeTheProcessesOfAnotherWhichItWouldKillAtItsStart() {
        ReleaseStore own = new ReleaseStore(database, ServiceName.DEFAULT);
        ReleaseStore search = new ReleaseStore(database, SEARCH);

        own.addChild(new ReleaseStore.Child(7, 1000, "v2"));

        assertThat(search.children()).isEmpty();
        assertThat(own.children()).hasSize(1);
    }

    @Test
    void whetherAnyServerHasRunIsSeenInTablesOfEachVersion() {
        assertThat(hasActive()).isFalse();
        database.migrate("workers", List.of(FIRST_VERSION));
        assertThat(hasActive()).isFalse();
        insert("INSERT INTO worker_releases (role, label, definition, since) VALUES ('active', 'v2', '{}', '')");
        assertThat(hasActive()).isTrue();
        ReleaseStore unused = new ReleaseStore(database, SEARCH);
        assertThat(hasActive()).isTrue();
    }

    private boolean hasActive() {
        return database.read(ReleaseStore::hasActive);
    }

    private void record(ServiceName service, Role role, String label) {
        database.write(sql -> sql.update(
                "INSERT INTO worker_releases (service, role, label, definition, since) VALUES (?, ?, ?, '{}', '')",
                service.value(),
                role.wireName(),
                label));
    }

    private void insert(String row) {
        database.write(sql -> sql.update(row));
    }
}

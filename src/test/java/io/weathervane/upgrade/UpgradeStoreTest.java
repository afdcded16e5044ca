package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.worker.ServiceName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Upgrades of several services in one database. */
class UpgradeStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Duration WRITTEN = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private UpgradeStore own;
    private UpgradeStore search;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        own = new UpgradeStore(database, ServiceName.DEFAULT);
        search = new UpgradeStore(database, new ServiceName("search"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theNewestUpgradeOfAServiceIsNotThatOfAnother() {
        save(search, "u-1");
        save(own, "u-2");

        assertThat(search.newest().orElseThrow().id()).isEqualTo("u-1");
        assertThat(own.newest().orElseThrow().id()).isEqualTo("u-2");
        assertThat(own.nextNumber()).as("numbers are of all services").isEqualTo(3);
        assertThat(own.find("u-1"))
                .as("an id names one upgrade of all services")
                .isPresent();
    }

    @Test
    void anUpgradeWrittenLaterIsItsServicesWhicheverStoreWasMadeLast() {
        write(search.deferred(upgrade("u-1"), NOW));

        assertThat(search.newest()).isPresent();
        assertThat(own.newest()).isEmpty();
    }

    @Test
    void whatAServerOfAnEarlierVersionLeftInItsJournalIsTheDefaultServices() {
        ObjectNode body = UpgradeCodec.object().put("at", NOW.toString());
        body.set("upgrade", UpgradeCodec.of(upgrade("u-1")));

        write(new DeferredRecord("upgrade", body.toString()));

        assertThat(own.newest()).isPresent();
        assertThat(search.newest()).isEmpty();
    }

    @Test
    void manyUpgradesOfOneServiceForgetNoneOfAnother() {
        save(search, "u-old");
        for (int number = 0; number < 230; number++) {
            save(own, "u-" + number);
        }

        assertThat(search.newest()).isPresent();
        assertThat(own.find("u-29")).isEmpty();
        assertThat(own.find("u-30")).isPresent();
    }

    @Test
    void programsThatRunForAServiceAreLeftAloneByAnother() {
        BuildProcessTree tree = new BuildProcessTree(7, 1000, "u-1");

        assertThat(search.addProgram(tree).within(WRITTEN)).isTrue();

        assertThat(own.programs()).isEmpty();
        assertThat(search.programs()).containsExactly(tree);
    }

    private void write(DeferredRecord record) {
        assertThat(database.deferredWrites().submit(List.of(record)).within(WRITTEN))
                .isTrue();
    }

    private void save(UpgradeStore store, String id) {
        database.write(sql -> {
            store.save(sql, upgrade(id), NOW);
            return true;
        });
    }

    private static Upgrade upgrade(String id) {
        UpgradeRequest request = new UpgradeRequest(
                Optional.of(id),
                "v2",
                PromotionMode.WAIT,
                new UpgradeRequest.Staging(
                        Optional.empty(), Optional.empty(), /* allowDirty= */ false, /* keepFolder= */ false),
                new UpgradeRequest.Ramp(List.of(5), UpgradeRequest.STEP_TIME),
                UpgradeRequest.Comparison.STRICT);
        return Upgrade.begin(id, request, "ann", Optional.of("v1"), "v2", NOW);
    }
}

package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpgradeRecordFilesTest {
    @TempDir
    Path workspace;

    private final Upgrade upgrade = Upgrade.begin(
            "u-1",
            UpgradeStateMachineTest.request(PromotionMode.WAIT, /* scripts= */ false, List.of(5)),
            "ada",
            Optional.of("stable"),
            "canary",
            Instant.EPOCH);

    private UpgradeDirectory directory;
    private UpgradeRecordFiles files;

    @BeforeEach
    void aFolder() throws IOException {
        directory = new UpgradeDirectory(workspace.resolve("u-1"));
        directory.create();
        files = new UpgradeRecordFiles(directory, List.of());
    }

    @Test
    void aRecordThatCannotBeWrittenIsNamedUntilItIsThereAgain() throws IOException {
        Path inTheWay =
                Files.createDirectories(directory.file(UpgradeDirectory.STEPS).resolve("x"));

        assertThatThrownBy(() -> files.writeSteps(upgrade))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("steps.json could not be written: ");
        assertThatThrownBy(() -> files.writeSteps(upgrade)).isInstanceOf(IOException.class);
        assertThat(files.unwritten()).singleElement().asString().startsWith("steps.json could not be written: ");

        Files.delete(inTheWay);
        Files.delete(directory.file(UpgradeDirectory.STEPS));
        files.writeSteps(upgrade);
        assertThat(files.unwritten()).isEmpty();
    }

    @Test
    void theReportSaysWhichRecordsAreNotThere() throws IOException {
        Files.createDirectories(directory.file(UpgradeDirectory.STEPS).resolve("x"));

        files.tryWriteSteps(upgrade);
        files.tryWriteReport(upgrade);

        assertThat(directory.file(UpgradeDirectory.REPORT)).content().contains("steps.json could not be written");
    }

    @Test
    void whatAnEarlierServerCouldNotWriteIsNamedToo() {
        assertThat(new UpgradeRecordFiles(directory, List.of("shadow.json could not be written: full")).unwritten())
                .containsExactly("shadow.json could not be written: full");
    }
}

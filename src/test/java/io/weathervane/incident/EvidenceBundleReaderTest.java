package io.weathervane.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceBundleReaderTest {
    private static final String ID = "20261123-143215-bad";

    @TempDir
    Path root;

    private Path bundle;
    private EvidenceBundleReader evidenceBundles;

    @BeforeEach
    void oneBundle() throws IOException {
        Path folder = root.resolve("incidents");
        bundle = Files.createDirectories(folder.resolve(ID));
        Files.writeString(bundle.resolve("flags.txt"), "DISABLE_NEW|1\n");
        Files.writeString(root.resolve("secret.txt"), "nobody reads this");
        evidenceBundles = new EvidenceBundleReader(folder);
    }

    @Test
    void bundlesAreListedNewestFirst() throws IOException {
        Files.createDirectories(bundle.resolveSibling("20261124-000000-later"));
        Files.createDirectories(bundle.resolveSibling(".20261125-000000-half.partial"));
        Files.writeString(bundle.resolveSibling("20261126-000000-file"), "no folder");

        assertThat(evidenceBundles.ids()).containsExactly("20261124-000000-later", ID);
        assertThat(new EvidenceBundleReader(root.resolve("none")).ids()).isEmpty();
    }

    @Test
    void aNameThatIsNoListedFileIsNotThere() throws IOException {
        Files.createDirectories(bundle.resolve("folder"));
        Files.writeString(bundle.resolve(".hidden"), "x");
        for (String name : new String[] {
            "",
            ".",
            "..",
            "../../secret.txt",
            "/etc/passwd",
            root.resolve("secret.txt").toString(),
            "folder",
            ".hidden",
            "flags.txt/",
            "./flags.txt",
            "flags.txt\0",
            "FLAGS.TXT",
            "..\\..\\secret.txt"
        }) {
            assertThat(evidenceBundles.read(ID, name)).as(name).isEmpty();
        }
        for (String id : new String[] {"", ".", "..", "../" + ID, ID + "/", ID + "/folder", "none", "\0"}) {
            assertThat(evidenceBundles.files(id)).as(id).isEmpty();
            assertThat(evidenceBundles.read(id, "flags.txt")).as(id).isEmpty();
        }
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        Files.createSymbolicLink(bundle.resolve("link.txt"), root.resolve("secret.txt"));
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("secret.txt"), "nobody reads this");
        String linked = "20261124-000000-linked";
        Files.createSymbolicLink(bundle.resolveSibling(linked), elsewhere);

        assertThat(evidenceBundles.files(ID)).containsExactly("flags.txt");
        assertThat(evidenceBundles.read(ID, "link.txt")).isEmpty();
        assertThat(evidenceBundles.ids()).containsExactly(ID);
        assertThat(evidenceBundles.read(linked, "secret.txt")).isEmpty();
    }

    @Test
    void aFileIsShownAsWhatItIs() throws IOException {
        Files.writeString(bundle.resolve("checks.json"), "{}");
        Files.writeString(bundle.resolve("report.md"), "# Grüße");
        Files.write(bundle.resolve("heap.bin"), new byte[] {0, 1, (byte) 0xff});

        assertThat(read("flags.txt").mimeType()).isEqualTo("text/plain");
        assertThat(read("checks.json").mimeType()).isEqualTo("application/json");
        assertThat(read("report.md").text()).hasValue("# Grüße");
        assertThat(read("heap.bin").mimeType()).isEqualTo("application/octet-stream");
        assertThat(read("heap.bin").text()).isEmpty();
        assertThat(read("heap.bin").bytes()).containsExactly(0, 1, 0xff);
    }

    @Test
    void ofALargeTextTheNewestPartIsShownAndSaysSo() throws IOException {
        String line = "é".repeat(99) + "\n";
        Files.writeString(bundle.resolve("audit.jsonl"), line.repeat(5000) + "the end\n");

        String text = read("audit.jsonl").text().orElseThrow();

        assertThat(text).startsWith("[cut: the newest 262144 of 995008 bytes; all of it is in " + bundle);
        assertThat(text.lines().skip(1)).first().isEqualTo("é".repeat(99));
        assertThat(text).endsWith("the end\n");
        assertThat(read("audit.jsonl").mimeType()).isEqualTo("text/plain");
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(EvidenceBundleReader.SHOWN_BYTES_MAX + 500);
    }

    @Test
    void ofOneEndlessLineNoHalfCharacterIsShown() throws IOException {
        Files.writeString(bundle.resolve("line.txt"), "a" + "é".repeat(200_000));

        assertThat(read("line.txt").text().orElseThrow().lines().skip(1))
                .allMatch(line -> line.chars().allMatch(c -> c == 'é'));
    }

    @Test
    void whatIsLargeAndNoTextIsRefusedWithItsPlace() throws IOException {
        Files.write(bundle.resolve("heap.bin"), new byte[EvidenceBundleReader.SHOWN_BYTES_MAX + 1]);

        assertThatThrownBy(() -> evidenceBundles.read(ID, "heap.bin"))
                .isInstanceOf(IncidentException.class)
                .hasMessageContaining("no text", "262145 bytes")
                .hasMessageContaining(bundle.resolve("heap.bin").toString());
    }

    private EvidenceFileContent read(String name) {
        return evidenceBundles.read(ID, name).orElseThrow();
    }
}

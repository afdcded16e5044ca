package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRedactor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records of one upgrade in its folder, and which of them could not be written. Each is written as a whole, so what an
 * earlier failure lost is there again after the next success. By the upgrade's thread.
 */
final class UpgradeRecordFiles implements StepContext.Records {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    private final UpgradeDirectory directory;

    /** A sentence for each file that is not as it should be; it begins with the file's name. */
    private final List<String> unwritten;

    /** @param unwritten what an earlier server could not write */
    UpgradeRecordFiles(UpgradeDirectory directory, List<String> unwritten) {
        this.directory = directory;
        this.unwritten = new ArrayList<>(unwritten);
    }

    List<String> unwritten() {
        return List.copyOf(unwritten);
    }

    @Override
    public void write(String name, ObjectNode content) throws IOException {
        unwritten.removeIf(earlier -> earlier.startsWith(name + " "));
        try {
            directory.write(name, content);
        } catch (IOException e) {
            String why = name + " could not be written: " + e.getMessage();
            unwritten.add(why);
            throw new IOException(why, e);
        }
    }

    /** Writes the steps up to now and the next one. */
    void writeSteps(Upgrade upgrade) throws IOException {
        write(UpgradeDirectory.STEPS, steps(upgrade));
    }

    /** The same where the upgrade goes on without it. */
    void tryWriteSteps(Upgrade upgrade) {
        tryWrite(upgrade, UpgradeDirectory.STEPS, steps(upgrade));
    }

    /** Writes the report of an upgrade that has ended. */
    void tryWriteReport(Upgrade upgrade) {
        tryWrite(upgrade, UpgradeDirectory.REPORT, report(upgrade.withUnwrittenRecords(unwritten())));
    }

    private void tryWrite(Upgrade upgrade, String name, ObjectNode content) {
        try {
            write(name, content);
        } catch (IOException e) {
            LOG.error("upgrade={} {}", upgrade.id(), e.getMessage());
        }
    }

    private static ObjectNode steps(Upgrade upgrade) {
        ObjectNode json = UpgradeCodec.object().put("upgrade", upgrade.id());
        json.set("steps", UpgradeCodec.steps(upgrade));
        return json.put("next", upgrade.status().ended() ? null : upgrade.step().wireName());
    }

    private static ObjectNode report(Upgrade upgrade) {
        ObjectNode json = JsonRedactor.clean(UpgradeCodec.of(upgrade));
        UpgradeText.words(upgrade, "").forEach(json.putArray("words")::add);
        return json;
    }
}

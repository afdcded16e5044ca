package io.weathervane.upgrade;

/**
 * Programs that the approver approved before the upgrade began.
 *
 * @param approval whether by an approval, which can be requested again
 */
record ApprovedProgram(UpgradeCommandsFingerprint fingerprint, boolean approval) {
    /** Why what would run now does not run, and what to do. */
    String instead(UpgradeCommandsFingerprint now) {
        return "Approved: " + fingerprint.change() + ". It would now " + now.change() + ". "
                + (approval ? "Request approval again" : "Run the upgrade again");
    }
}

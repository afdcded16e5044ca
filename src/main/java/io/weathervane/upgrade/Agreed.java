package io.weathervane.upgrade;

/**
 * What the approver agreed to before an upgrade began.
 *
 * @param approval whether by an approval, which can be requested again
 */
record Agreed(UpgradeProgram program, boolean approval) {
    /** Why what would run now does not run, and what to do. */
    String instead(UpgradeProgram now) {
        return "Approved: " + program.change() + ". It would now " + now.change() + ". "
                + (approval ? "Request approval again" : "Run the upgrade again");
    }
}

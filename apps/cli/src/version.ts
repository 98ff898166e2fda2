/** Version of the command line; hub and pods say their own. */
export const version = '0.1.0';

import sharp from 'sharp';

// One job runs in a process at a time, with a processor of its own, on an image that never comes again.
sharp.concurrency(1);
sharp.cache(false);
// Files of any other kind are refused by the library itself, whatever their first bytes were taken for.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    // Of files that were set right, or stripped, in memory.
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
  ],
});

/** sharp as child processes use it; the API's process never loads it. */
export default sharp;
